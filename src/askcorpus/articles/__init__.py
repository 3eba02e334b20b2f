"""Where do articles come from?  Files of a folder become Articles; knows neither passages nor vectors."""
