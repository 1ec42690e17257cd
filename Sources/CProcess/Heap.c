#include <malloc.h>

#include "CProcess.h"

void cprocess_set_heap(int piece, int kept) {
    mallopt(M_TOP_PAD, piece);
    mallopt(M_TRIM_THRESHOLD, kept);
}
