"""What runs inside the disposable child processes, and how they talk to the parent.

`child` is the program; `confine`, `landlock` and `seccomp` take its rights away; `frames` is the
format on the pipe, `document_frames` and `plan_frames` carry values across; `bubble` writes the
bubblewrap command line; `steps` is the closed list of what a child can be asked to do.
"""
