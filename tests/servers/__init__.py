"""Real servers for the tests: a database, a mail server, a browser, a web server."""
