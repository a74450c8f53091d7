package com.acme.order;

/** Declared nowhere; a facade has it because its services may throw it. */
public class QuotaException extends IllegalStateException {
    private long left;
}
