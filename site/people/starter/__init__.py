from people.starter.demo import load_demo
from people.starter.places import load_divisions, load_sectors

__all__ = ["load_demo", "load_divisions", "load_sectors"]
