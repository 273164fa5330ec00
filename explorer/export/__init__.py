"""Values in the formats of other programs: spreadsheets, GIS files, rasters, a database."""
