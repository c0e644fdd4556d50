"""Readers that turn gridded weather files into one data set, one module a kind of file."""
