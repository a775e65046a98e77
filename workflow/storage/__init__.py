"""What is kept: rows, the write of a change, reads, migrations, documents."""
