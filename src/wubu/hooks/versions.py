"""What programs are told when they ask which Keras or TensorFlow they run on."""

KERAS = "3.15.1"  # the version whose names and defaults wubu has
TF_KERAS = "2.21.0"
