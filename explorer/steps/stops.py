"""Step: stations and bus stops of all sources, grouped, with departures on an ordinary weekday."""
