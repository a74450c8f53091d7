package com.acme.order;

public class Warehouse<T> implements java.io.Serializable {
    private T owner;
    private Slot<Integer> first;

    /** Knows the warehouse around it. */
    public class Slot<U> implements java.io.Serializable {
        private T owner;
        private U content;
    }

    public static class Shelf implements java.io.Serializable {
        private int row;
        private Kind kind;

        public enum Kind { OPEN, CLOSED }
    }
}
