"""What is measured, against what, and how it is made sure that nothing is counted that did not happen."""
