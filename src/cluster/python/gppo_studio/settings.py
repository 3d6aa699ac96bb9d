"""The settings of the recipe: recipe.json beside this package, with overrides from the environment.

verl's config of a policy loss is a fixed dataclass, so that what it has no field for comes from here:

    GPPO_STUDIO_RECIPE       another recipe.json
    GPPO_STUDIO_STRATEGY     name of the strategy
    GPPO_STUDIO_PARAMETERS   its parameters as JSON; those that are left out keep the recipe's values
"""

import json
import os

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def load():
    """The recipe as a dict. Raises ValueError for an override that cannot be read."""
    path = os.environ.get("GPPO_STUDIO_RECIPE") or os.path.join(FOLDER, "recipe.json")
    with open(path, encoding="utf8") as file:
        recipe = json.load(file)
    name = os.environ.get("GPPO_STUDIO_STRATEGY")
    if name and name != recipe["strategy"]["name"]:
        # Parameters of another strategy: its defaults.
        defaults = recipe["defaults"].get(name)
        if defaults is None:
            raise ValueError(
                "GPPO_STUDIO_STRATEGY: expected one of %s, found %s" % (", ".join(sorted(recipe["defaults"])), name)
            )
        recipe["strategy"] = {"name": name, "parameters": dict(defaults)}
    text = os.environ.get("GPPO_STUDIO_PARAMETERS")
    if text:
        try:
            given = json.loads(text)
        except ValueError as error:
            raise ValueError("GPPO_STUDIO_PARAMETERS: expected JSON, found %r (%s)" % (text, error))
        known = recipe["strategy"]["parameters"]
        for key, value in given.items():
            if key not in known:
                raise ValueError("GPPO_STUDIO_PARAMETERS: expected %s, found %s" % (", ".join(sorted(known)), key))
            known[key] = value
    return recipe
