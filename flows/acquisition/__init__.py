"""What has arrived from outside, and is it whole?"""
