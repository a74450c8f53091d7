package com.acme.order;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/** One of each number and of what Java counts among its primitives. */
public class Numbers implements Serializable {
    private byte b;
    private short s;
    private int i;
    private long l;
    private float f;
    private double d;
    private boolean flag;
    private char ch;
    private BigDecimal price;
    private BigInteger big;
}
