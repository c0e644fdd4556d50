"""Who runs the forecast when nobody watches?"""
