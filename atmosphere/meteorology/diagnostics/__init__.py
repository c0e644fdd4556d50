"""What a profile of the air says about its power to disperse pollution."""
