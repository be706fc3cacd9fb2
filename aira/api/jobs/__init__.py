"""Run work of the API in the background: exports, large bulk requests, and searches that take long."""
