package com.acme.order;

/** Its type arguments grow without end. */
public class Spiral<T> implements java.io.Serializable {
    private T value;
    private Spiral<Page<T>> next;
}
