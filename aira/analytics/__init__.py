"""Compute the figures of the analytics and report them."""
