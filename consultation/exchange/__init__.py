"""Products in the forms that others read: CAP alerts, an Atom feed, GeoJSON, CSV, JSON and CF NetCDF."""
