/// A library that is loaded before a program (LD_PRELOAD), whose wall clock is then wrong by the seconds that a file says.
/// The file may change at any time, and is named by this variable of the environment.
#define CLOCK_SHIFT_FILE "CLOCK_SHIFT_FILE"
