"""The pages of the app. Only this package and app.py import streamlit."""
