package com.acme.order;

import java.io.Serializable;

public abstract class Entity<I extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1L;
    private I id;
    private java.time.Instant updated;

    public I getId() {
        return id;
    }
}
