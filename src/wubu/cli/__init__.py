"""The command line: ``wubu train``, ``wubu evaluate``, ``wubu predict``.

``main`` holds the table of commands; every command is a file of its own that is loaded when it is called.
"""
