package com.acme.order;

public class OrderException extends Exception {
    private final int code;

    public OrderException(String message, int code) {
        super(message);
        this.code = code;
    }
}
