"""Who may do what with what: every address asked by everybody, against a table written by hand."""
