#ifndef PROVISO_CLAPACK_H
#define PROVISO_CLAPACK_H

// The few Fortran entries of BLIS (a BLAS) and LAPACK that Proviso calls: matrices are column-major, every argument is a pointer, and every character argument
// has its hidden length at the end.

#include <stddef.h>
#include <stdint.h>

// C := alpha·A·Aᵀ + beta·C (trans = N) or alpha·Aᵀ·A + beta·C (trans = T); only the triangle `uplo` of C is touched.
void dsyrk_(const char *uplo, const char *trans, const int32_t *n, const int32_t *k, const double *alpha, const double *a, const int32_t *lda,
            const double *beta, double *c, const int32_t *ldc, size_t uplo_length, size_t trans_length);
// y := alpha·op(A)·x + beta·y
void dgemv_(const char *trans, const int32_t *m, const int32_t *n, const double *alpha, const double *a, const int32_t *lda, const double *x,
            const int32_t *incx, const double *beta, double *y, const int32_t *incy, size_t trans_length);
// Cholesky factor of a symmetric matrix, in place; info > 0: not positive definite.
void dpotrf_(const char *uplo, const int32_t *n, double *a, const int32_t *lda, int32_t *info, size_t uplo_length);
// Solves with that factor, in place.
void dpotrs_(const char *uplo, const int32_t *n, const int32_t *nrhs, const double *a, const int32_t *lda, double *b, const int32_t *ldb,
             int32_t *info, size_t uplo_length);

#endif
