// SwiftPM wants a source file in a C target; everything is in the shared library.
#include "CXGBoost.h"
