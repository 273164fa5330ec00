"""Documents: blocks of text, tables and pictures, and what turns them into HTML, PDF and Word."""
