"""Which rows are near this?  A snapshot is a folder that describes itself: vectors, words, articles, manifest."""
