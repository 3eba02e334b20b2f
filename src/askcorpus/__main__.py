"""`python -m askcorpus` is `askcorpus`."""

from askcorpus.cli import main

main()
