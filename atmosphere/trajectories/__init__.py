"""Where air came from and where it goes: particles in the wind, with and without turbulence."""
