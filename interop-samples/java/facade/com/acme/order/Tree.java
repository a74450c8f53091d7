package com.acme.order;

import java.util.List;

public class Tree<T extends Comparable<? super T>> implements java.io.Serializable {
    private T value;
    private List<Tree<T>> branches;
    private T[] all;
}
