"""When was the air dusty, by the official rule and by a statistical detector, and how much of it was dust?"""
