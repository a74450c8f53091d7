package com.acme.order;

public sealed interface Shape permits Circle, Square {
    double area();
}
