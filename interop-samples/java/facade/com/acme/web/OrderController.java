package com.acme.web;

import com.acme.order.Address;
import com.acme.order.Item;
import com.acme.order.Order;
import com.acme.order.OrderStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.multipart.MultipartFile;
import reactor.core.publisher.Flux;

@RestController
@RequestMapping("/api/orders")
public class OrderController {
    @GetMapping("/{id:[A-Z]{1,3}-[0-9]+}")
    public ResponseEntity<Order> get(@PathVariable("id") String orderId, HttpServletRequest request) {
        return null;
    }

    @GetMapping
    public Flux<Order> find(
            @RequestParam(defaultValue = "10") int count,
            @RequestParam(name = "s", required = false) OrderStatus status,
            @RequestHeader("X-Tenant") String tenant,
            @CookieValue("session") String session) {
        return null;
    }

    @PostMapping(consumes = "application/json")
    public Order place(@RequestBody Order order, @RequestParam("dry-run") boolean dryRun) {
        return order;
    }

    @PutMapping("{id}/files/{*path}")
    public void upload(@PathVariable String id, @PathVariable String path, @RequestPart("file") MultipartFile file) {
    }

    @RequestMapping(path = "/search", method = RequestMethod.GET)
    public List<Item> search(Address near, @RequestParam Map<String, String> rest) {
        return null;
    }

    @DeleteMapping("/${orders.purge}")
    public void purge() {
    }

    @GetMapping("/matrix/{id}")
    public void matrix(@PathVariable long id, @MatrixVariable String colour) {
    }

    @GetMapping("/a*/b")
    public void pattern() {
    }

    // No mapping: nobody calls it over HTTP.
    public void internal() {
    }
}
