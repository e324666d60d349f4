// The words of this target: see the files.
