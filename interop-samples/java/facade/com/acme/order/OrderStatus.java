package com.acme.order;

public enum OrderStatus {
    NEW,
    PAID {
        @Override
        public boolean isFinal() {
            return false;
        }
    },
    SHIPPED;

    public boolean isFinal() {
        return this == SHIPPED;
    }
}
