package com.acme.order;

public abstract class Payment implements java.io.Serializable {
    protected java.math.BigDecimal amount;
}
