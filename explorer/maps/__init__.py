"""Maps that work without a network: classes and colours, legend, shapes, place rasters, points, saved HTML."""
