"""Speed of wubu beside its peers: ``python -m bench``, or ``make bench``."""
