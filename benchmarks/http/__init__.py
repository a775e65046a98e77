"""What a page costs under the recommended server, beside an empty view and one written by hand."""
