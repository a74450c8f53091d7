package com.acme.order;

public interface PingService {
    String ping();
}
