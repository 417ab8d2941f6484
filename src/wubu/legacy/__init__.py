"""Older versions of Keras: their names and arguments, told of once and turned into those of today.

``constructors`` and the tables beside it translate arguments; the other files hold names that Keras has dropped.
"""
