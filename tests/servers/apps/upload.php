<?php
// SPDX-License-Identifier: MIT
// A small upload API as its authors would write it in plain PHP: the router script of `php -S`.
declare(strict_types=1);

$folder = getenv('UPLOADS');
$scheme = $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? 'http';
$host = "$scheme://{$_SERVER['HTTP_HOST']}";
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));

function answer(int $status, array $body): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
}

/** Turn PHP's column-wise $_FILES into one row for each file. */
function files(): iterable
{
    foreach ($_FILES as $field => $columns) {
        foreach ((array) $columns['name'] as $i => $name) {
            $row = array_map(fn ($column) => ((array) $column)[$i], $columns);
            yield ['field' => $field] + $row;
        }
    }
}

/** Turn PHP's nested $_GET or $_POST into pairs. */
function pairs(array $columns): array
{
    $pairs = [];
    foreach ($columns as $name => $values) {
        foreach ((array) $values as $value) {
            $pairs[] = [(string) $name, $value];
        }
    }
    return $pairs;
}

if ($path === '/upload' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $rows = [];
    foreach (files() as $file) {
        if ($file['error'] !== UPLOAD_ERR_OK) {
            answer(400, ['error' => "PHP refused {$file['name']} with code {$file['error']}"]);
            return;
        }
        $stored = "$folder/" . basename($file['name']);
        move_uploaded_file($file['tmp_name'], $stored);
        $rows[] = [
            'field' => $file['field'],
            'filename' => $file['name'],
            'content_type' => $file['type'],
            'size' => filesize($stored),
            'sha256' => hash_file('sha256', $stored),
        ];
    }
    $link = $rows ? "$host/files/{$rows[0]['filename']}" : null;
    answer(201, ['files' => $rows, 'fields' => pairs($_POST), 'link' => $link]);
} elseif (str_starts_with($path, '/raw/') && in_array($_SERVER['REQUEST_METHOD'], ['PUT', 'POST'], true)) {
    $name = basename($path);
    $stored = "$folder/$name";
    file_put_contents($stored, fopen('php://input', 'rb'));
    answer(201, [
        'size' => filesize($stored),
        'sha256' => hash_file('sha256', $stored),
        'transfer_encoding' => $_SERVER['HTTP_TRANSFER_ENCODING'] ?? null,
        'content_length' => $_SERVER['HTTP_CONTENT_LENGTH'] ?? null,
        'content_type' => $_SERVER['HTTP_CONTENT_TYPE'] ?? null,
        'link' => "$host/files/$name",
    ]);
} elseif ($path === '/json' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $told = json_decode(file_get_contents('php://input'), true, flags: JSON_THROW_ON_ERROR);
    $content = isset($told['base64']) ? base64_decode($told['base64'], true) : $told['text'];
    $stored = "$folder/" . basename($told['name']);
    file_put_contents($stored, $content);
    answer(201, [
        'size' => filesize($stored),
        'sha256' => hash_file('sha256', $stored),
        'link' => "$host/files/{$told['name']}",
    ]);
} elseif ($path === '/echo') {
    header("X-Method: {$_SERVER['REQUEST_METHOD']}");
    answer(200, [
        'query' => pairs($_GET),
        'form' => pairs($_POST),
        'json' => json_decode(file_get_contents('php://input')),
        'content_length' => $_SERVER['HTTP_CONTENT_LENGTH'] ?? null,
        'content_type' => $_SERVER['HTTP_CONTENT_TYPE'] ?? null,
    ]);
} else {
    answer(404, ['error' => 'There is only POST /upload and /json, PUT or POST /raw/NAME, and /echo.']);
}
