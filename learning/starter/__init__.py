from learning.starter.courses import load_courses
from learning.starter.demo import load_demo

__all__ = ["load_courses", "load_demo"]
