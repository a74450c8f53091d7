package com.acme.order;

public class NotFoundException extends OrderException {
    private final String id;

    public NotFoundException(String id) {
        super("no order " + id, 404);
        this.id = id;
    }
}
