"""Pictures for paper: maps and charts as SVG and PNG."""
