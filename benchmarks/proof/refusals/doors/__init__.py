"""The doors of the library: every argument of every public name, what is bad there, and what a refusal is."""

from benchmarks.proof.refusals.doors import (
    of_functions,
    of_models,
    of_optimisers,
    of_pictures,
    of_plots,
    of_predictions,
    of_rows,
    of_samples,
    of_training,
    of_values,
)
from benchmarks.proof.refusals.doors.entry import Case, Entry

ENTRIES: list[Entry] = [
    *(*of_rows.ENTRIES, *of_values.ENTRIES, *of_functions.ENTRIES, *of_pictures.ENTRIES),
    *(*of_models.ENTRIES, *of_predictions.ENTRIES, *of_optimisers.ENTRIES, *of_training.ENTRIES),
    *(*of_samples.ENTRIES, *of_plots.ENTRIES),
]
CASES = [Case(entry, kind) for entry in ENTRIES for kind in entry.bad]

#: Public names without a door, and why.
WITHOUT_A_DOOR = {
    "autograd.FrozenError": "an error, which the library raises",
    "autograd.GradientError": "an error, which the library raises",
    "autograd.Primitive": "what `primitive` gives, which has a door",
    "nn.TrainingWarning": "a warning, which the library gives",
    "nn.Diagnosis": "what `diagnosis` gives",
    "nn.Finding": "a part of what `diagnosis` gives",
    "nn.Restarts": "what `restarts` gives",
    "nn.Run": "a part of what `restarts` gives",
    "nn.Sweep": "what `sweep` gives",
    "nn.Trial": "a part of what `sweep` gives",
    "nn.data": "a module; its names have doors",
    "nn.penalties": "a module; its names have doors",
    "nn.schedules": "a module; its names have doors",
    "nn.stopping": "a module; its names have doors",
    "data.Samples": "what every set of samples is given as",
    "data.breast_cancer": "it takes no argument",
    "data.digits": "it takes no argument",
    "data.iris": "it takes no argument",
    "data.wine": "it takes no argument",
    "testing.Finding": "a part of what `check_engine` gives",
    "testing.Idea": "a part of what `check_engine` gives",
    "testing.Report": "what `check_engine` gives",
}
