"""askcorpus add: pages are fetched politely and saved into the folder."""
