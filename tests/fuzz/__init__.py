"""Coverage-guided fuzzing with atheris (Google, Apache-2.0, on libFuzzer): `make fuzz`; not a part of `make test`."""
