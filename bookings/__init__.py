"""Appointments and booking rules."""
