"""Who reaches what along streets: networks per mode, ties of places to streets, nearest facilities."""
