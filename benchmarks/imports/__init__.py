"""``cmdb import`` from file to store beside a script that writes the same rows, history and source records included."""
