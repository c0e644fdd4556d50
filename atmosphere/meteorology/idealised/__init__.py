"""An idealised winter over the Junggar basin and the Tian Shan: synthetic weather for tests and the demo."""

from atmosphere.meteorology.idealised.fronts import Front
from atmosphere.meteorology.idealised.spring import over_spring_ground
from atmosphere.meteorology.idealised.weather import idealised_winter_weather

__all__ = ["Front", "idealised_winter_weather", "over_spring_ground"]
